package org.karst.apiserver;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an {@link ApiServer} needs to know.
 *
 * @param address IP address or name to listen on
 * @param port TCP port, 0 for any free one
 * @param dataDirectory where objects, keys and the token live; made with mode 0700 if missing
 * @param kubeconfig where to write a kubeconfig with mode 0600; empty for {@code kubeconfig} in the data directory
 * @param publicUrl the URL that clients use, if it differs from the listening address (a forwarder, a load balancer); without a trailing slash
 * @param certificateNames DNS names and IP addresses that the server certificate holds, besides loopback and the listening address
 * @param owner who owns the kubeconfig; empty for the user of this process
 * @param limits what one client may ask
 * @param audit which requests are written down, in {@code audit.log} in the data directory
 * @param historyLimit how many bytes of recent changes are kept in memory for watches; an older resourceVersion is answered by 410
 */
public record ApiServerSettings(
        String address,
        int port,
        Path dataDirectory,
        Optional<Path> kubeconfig,
        Optional<String> publicUrl,
        List<String> certificateNames,
        Optional<Owner> owner,
        RequestLimits limits,
        AuditSettings audit,
        long historyLimit) {

    /**
     * Numeric owner of a file (chown(2)).
     *
     * @param uid user ID
     * @param gid group ID
     */
    public record Owner(int uid, int gid) {}

    /** Enough for some ten thousand changes of usual objects. */
    public static final long DEFAULT_HISTORY_LIMIT = 32L * 1024 * 1024;

    public ApiServerSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port of the API server must be 0 to 65535, not " + port);
        }
        if (historyLimit < 1024) {
            throw new IllegalArgumentException(
                    "history limit of the API server must be at least 1024 bytes, not " + historyLimit);
        }
        certificateNames = List.copyOf(certificateNames);
    }

    /** Loopback, any free port, everything in one directory. */
    public static ApiServerSettings in(Path dataDirectory) {
        return new ApiServerSettings(
                "127.0.0.1",
                0,
                dataDirectory,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                RequestLimits.DEFAULT,
                AuditSettings.DEFAULT,
                DEFAULT_HISTORY_LIMIT);
    }

    /** These settings on another address and port. */
    public ApiServerSettings listeningOn(String otherAddress, int otherPort) {
        return new ApiServerSettings(
                otherAddress,
                otherPort,
                dataDirectory,
                kubeconfig,
                publicUrl,
                certificateNames,
                owner,
                limits,
                audit,
                historyLimit);
    }

    /** These settings with other bounds. */
    public ApiServerSettings bounded(int otherRequestLimit, long otherHistoryLimit) {
        return new ApiServerSettings(
                address,
                port,
                dataDirectory,
                kubeconfig,
                publicUrl,
                certificateNames,
                owner,
                new RequestLimits(otherRequestLimit, limits.perSecond(), limits.watches()),
                audit,
                otherHistoryLimit);
    }

    /** These settings with other limits and another audit log. */
    public ApiServerSettings watched(RequestLimits otherLimits, AuditSettings otherAudit) {
        return new ApiServerSettings(
                address,
                port,
                dataDirectory,
                kubeconfig,
                publicUrl,
                certificateNames,
                owner,
                otherLimits,
                otherAudit,
                historyLimit);
    }
}
