import type { DeviceInfo, Transport } from '@comptoir/sdk';
export interface RawReports {
    readonly channel: number;
    /** Sends all reports of a frame, then waits for a whole frame of the same command. @returns its payload; rejects for ERROR */
    ask(command: number, payload: Uint8Array): Promise<Uint8Array>;
    /** As it is. */
    send(report: Uint8Array): Promise<void>;
    readonly ended: Promise<void>;
    close(): Promise<void>;
}
/** Opens the device and asks for a channel. */
export declare function openRaw(transport: Transport, device: DeviceInfo): Promise<RawReports>;
