package org.karst.sandbox.internal;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.io.IOException;
import java.util.List;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.Place;
import org.karst.sandbox.Sandbox;

/** The namespaces of pods: named after the pod for people, and after its UID, because a pod of the same name may come before the old one is gone. */
public final class PodNamespaces implements NodeAgent.PodPlaces {
    private static final int LONGEST_NAME = 60;
    private static final int UID_PART = 8;

    private final Sandbox sandbox;

    public PodNamespaces(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    @Override
    public NetworkNamespace create(String namespace, String name, String uid) throws IOException {
        return sandbox.createForPod(place(namespace, name) + uidPart(uid));
    }

    @Override
    public String name(String namespace, String name, String uid) {
        return sandbox.settings().name() + "-" + place(namespace, name) + uidPart(uid);
    }

    /** What the names of all namespaces of pods with this name begin with. */
    public static String prefix(String sandbox, String namespace, String name) {
        return sandbox + "-" + place(namespace, name);
    }

    /** A running pod as a place. */
    public static Place place(String sandbox, Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        List<String> addresses =
                pod.getStatus().getPodIPs().stream().map(PodIP::getIp).toList();
        return new Place(
                namespace + "/" + name,
                prefix(sandbox, namespace, name) + uidPart(pod.getMetadata().getUid()),
                addresses.stream().filter(address -> !address.contains(":")).findFirst(),
                addresses.stream().filter(address -> address.contains(":")).findFirst());
    }

    private static String place(String namespace, String name) {
        return "pod-" + namespace + "." + name.substring(0, Math.min(name.length(), LONGEST_NAME)) + "-";
    }

    private static String uidPart(String uid) {
        return uid.substring(0, Math.min(uid.length(), UID_PART));
    }
}
