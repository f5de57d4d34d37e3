/** What a reader of software says that it is. Floor: simulator machine; imports nothing. */
export const SIMULATED_MODEL = 'Comptoir simulated';
