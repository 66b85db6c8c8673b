package org.karst.openflow;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The files by which the driver and its switches know each other, as {@code ovs-vsctl set-ssl} takes them. A switch without a
 * certificate of the same authority is not heard.
 *
 * @param certificate the driver's certificate, PEM
 * @param privateKey the key of that, PEM in PKCS #8, without a password
 * @param authority the certificates of who may sign those of switches, PEM
 */
public record TlsFiles(Path certificate, Path privateKey, Path authority) {
    public TlsFiles {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(privateKey, "privateKey");
        Objects.requireNonNull(authority, "authority");
    }
}
