// Loaded before a program: it ends when whoever started it closes its stdin, or is gone.
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume().unref();
