package org.karst.questions.internal;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.karst.openflow.Difference;
import org.karst.openflow.OpenFlowDriver;
import org.karst.questions.FlowVerifier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Verification by OpenFlow: what the driver does every ten minutes, at once. */
@Component
public final class OpenFlowVerifier implements FlowVerifier {
    private final OpenFlowDriver driver;

    @Activate
    public OpenFlowVerifier(@Reference OpenFlowDriver driver) {
        this.driver = driver;
    }

    @Override
    public CompletionStage<List<Difference>> verify(String node, boolean removeForeign) {
        return driver.verify(node, removeForeign);
    }
}
