package org.karst.adminpolicy;

import org.karst.network.policy.PolicySlot;
import org.karst.pipeline.Direction;

/** The ordered rules of a tier in a direction. */
record Lane(Tier tier, Direction direction) {
    PolicySlot slot() {
        return tier.slot(direction);
    }
}
