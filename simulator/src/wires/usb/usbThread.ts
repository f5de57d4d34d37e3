/** The thread of `plugIn`.   Floor: simulator wires. */
import { parentPort, workerData } from 'node:worker_threads';
import { runWire } from './serveWire.js';

if (parentPort !== null) void runWire(workerData, parentPort);
