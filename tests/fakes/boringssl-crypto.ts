// node:crypto as Electron has it: refuses what BoringSSL lacks, so that Linux fails where Electron would.
export * from 'node:crypto';
