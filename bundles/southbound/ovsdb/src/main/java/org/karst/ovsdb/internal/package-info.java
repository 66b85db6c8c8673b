/**
 * How the client works inside: JSON-RPC framing and correlation, connections, the bookkeeping of a replica. Everything
 * here runs on one event loop.
 */
package org.karst.ovsdb.internal;
