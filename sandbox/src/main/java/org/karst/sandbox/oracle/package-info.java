/**
 * The same requests to Karst's API server and to a real kube-apiserver: where do the answers differ?
 *
 * <p>Words. A <em>side</em> is one of the two servers with what its client has learnt from it. A <em>request</em> is what both sides are sent;
 * it has holes for what only a server chooses (uid, resourceVersion, the token of a list), which each side fills from its own former
 * answers. A <em>difference</em> is a place where two answers to one request differ once those choices and all times are set aside. An
 * <em>explanation</em> says of some differences that they are meant, and why.
 *
 * <p>Laws. A request is made of the seed and its number alone, never of an answer, so that a run can be repeated. After a difference the
 * objects that it is about are taken away on both sides, so that one difference does not make others. What is not explained fails.
 */
package org.karst.sandbox.oracle;
