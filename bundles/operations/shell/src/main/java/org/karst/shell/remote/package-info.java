/**
 * The way into the server's shell: a Unix socket in the data folder.
 *
 * <p>Why: an operator needs the shell of a running server, and Karst listens nowhere without authentication. Here the file
 * system authenticates: the socket has mode 0600 in a folder of mode 0700, so who can open it is the server's own user or root.
 * There is no port, no password and no key.
 *
 * <p>Words. A <em>request</em> is the first line that a client sends: {@code run COMMAND} or {@code open TYPE COLUMNS ROWS};
 * what follows {@code open} is keys, nothing follows {@code run}. The answer is output; after that of {@code run} comes a NUL byte
 * and one digit, the exit status.
 *
 * <p>Laws. One thread per session, at most {@link org.karst.shell.remote.ShellSocket#MAXIMUM_SESSIONS} at a time; a client that goes
 * away ends its session; nothing that a client sends reaches another session or ends the acceptor.
 */
package org.karst.shell.remote;
