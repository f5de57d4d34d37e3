import { type ExitCode, type Session } from '../session.js';
export declare function loadConfiguration(file: string, { reader, operation, print }: Session): Promise<ExitCode>;
