/**
 * The listener: HTTP/1.1 over TLS on Netty, bearer tokens, certificates, the kubeconfig.
 *
 * <p>Vocabulary: a <em>connection</em> answers its requests in order, one at a time; a <em>stream</em> is the open body of such an answer.
 *
 * <p>Laws: who has no token cannot make the server read a body; handlers run on a small pool, streams on the thread of their connection;
 * every secret file is made with mode 0600 before a byte is in it.
 */
package org.karst.apiserver.internal.http;
