/**
 * Lets a command outlive whoever reads it: `| head` takes a line and goes. What is written afterwards is lost, and the
 * command ends with its own exit code; one that runs until it is stopped ends then (`untilStopped`). Other faults of
 * writing, such as a full disk, stay errors.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
