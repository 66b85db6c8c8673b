package org.karst.sandbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.karst.sandbox.ServerPorts;

class PodWishesTest {
    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .addToAnnotations(PodWishes.ADDRESSES, "10.128.0.10, fd00:10:128::10")
                .addToAnnotations(PodWishes.PORTS, "9003/TCP,53/UDP,34351/SCTP")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .addNewPort()
                .withContainerPort(80)
                .endPort()
                .addNewPort()
                .withContainerPort(81)
                .withProtocol("UDP")
                .endPort()
                .addNewPort()
                .withContainerPort(82)
                .withProtocol("SCTP")
                .endPort()
                .endContainer()
                .endSpec()
                .build();
    }

    @Test
    void servesWhatContainersDeclareAndWhatTheAnnotationAdds() {
        assertThat(PodWishes.ports(pod()))
                .isEqualTo(new ServerPorts(List.of(7), List.of(7, 53, 81), List.of(80, 8080, 9003)));
        assertThat(PodWishes.portsInHostNetwork(pod()))
                .isEqualTo(new ServerPorts(List.of(), List.of(53, 81), List.of(80, 9003)));
    }

    @Test
    void asksForTheAddressesOfTheAnnotation() {
        assertThat(PodWishes.addresses(pod())).containsExactly("10.128.0.10", "fd00:10:128::10");
        assertThat(PodWishes.addresses(
                        new PodBuilder().withNewMetadata().endMetadata().build()))
                .isEmpty();
    }
}
