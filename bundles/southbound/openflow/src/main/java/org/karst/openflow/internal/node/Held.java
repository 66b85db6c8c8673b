package org.karst.openflow.internal.node;

import java.util.Optional;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Flow;

/**
 * A flow that a switch holds.
 *
 * @param cookie its cookie
 * @param flow what it does, empty if the flow language has no words for it: then it equals nothing that is wanted
 */
record Held(Cookie cookie, Optional<Flow> flow) {}
