/** Runs the API server inside the container: configuration PID {@code org.karst.apiserver}, web handlers as services. */
package org.karst.apiserver.internal;
