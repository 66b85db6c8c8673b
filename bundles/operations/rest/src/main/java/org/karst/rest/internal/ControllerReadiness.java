package org.karst.rest.internal;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.karst.apiserver.ReadinessCheck;
import org.karst.controller.Controller;
import org.karst.controller.Inspection;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether the controller is ready, for {@code /readyz}. */
@Component
public final class ControllerReadiness implements ReadinessCheck {
    private final Controller controller;

    @Activate
    public ControllerReadiness(@Reference Controller controller) {
        this.controller = controller;
    }

    @Override
    public String name() {
        return "controller";
    }

    @Override
    public CompletionStage<List<String>> reasons() {
        return controller.inspect(Inspection::notReady);
    }
}
