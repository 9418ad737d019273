/** Whether a process of this user exists. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends a process at once, or does nothing when it has ended already. */
export function endProcess(pid: number): void {
  endNow(pid);
}

/** Ends a process and every descendant of it that has not left its group. */
export function endProcessGroup(leaderPid: number): void {
  endNow(-leaderPid);
}

function endNow(target: number): void {
  try {
    process.kill(target, 'SIGKILL');
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}
