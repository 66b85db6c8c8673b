package org.karst.host;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.karst.host.internal.LibC;

/** What can be done on a thread that is inside a {@link NetworkNamespace}. Valid on that thread, until its work returns. */
public final class NamespaceSession implements AutoCloseable {
    private static final Path SYSCTL = Path.of("/proc/sys");
    private static final Pattern SYSCTL_KEY = Pattern.compile("net(/[A-Za-z0-9_@:.-]+)+");
    private static final long SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_GET_TRANSMIT_CHECKSUM = 0x16;
    private static final int ETHTOOL_SET_TRANSMIT_CHECKSUM = 0x17;
    private static final int INTERFACE_REQUEST_LENGTH = 40;
    private static final int NAME_LENGTH = 16;

    private RouteSocket routes;

    NamespaceSession() {}

    /** One netlink socket for the whole session, opened at the first use. */
    public RouteSocket routes() throws HostException {
        if (routes == null) {
            routes = RouteSocket.open();
        }
        return routes;
    }

    /**
     * Sets a kernel parameter of this namespace.
     *
     * @param key path below /proc/sys with slashes, for example {@code net/ipv6/conf/eth0/accept_dad}: a link name may
     *     contain dots
     */
    public void sysctl(String key, String value) throws HostException {
        Path path = sysctlPath(key);
        try {
            Files.write(path, value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (NoSuchFileException absent) {
            throw new HostException("set " + key + " to " + value, LibC.ENOENT, "");
        } catch (IOException refused) {
            throw new HostException("cannot set " + key + " to " + value + ": " + refused.getMessage());
        }
    }

    /** The value of a kernel parameter of this namespace, without the line end. */
    public String sysctl(String key) throws HostException {
        try {
            return Files.readString(sysctlPath(key)).strip();
        } catch (NoSuchFileException absent) {
            throw new HostException("read " + key, LibC.ENOENT, "");
        } catch (IOException refused) {
            throw new HostException("cannot read " + key + ": " + refused.getMessage());
        }
    }

    private static Path sysctlPath(String key) {
        if (!SYSCTL_KEY.matcher(key).matches() || key.contains("/../") || key.contains("/./")) {
            throw new IllegalArgumentException("\"" + key + "\" is no kernel parameter below net/");
        }
        return SYSCTL.resolve(key);
    }

    /**
     * Whether the kernel leaves TCP and UDP checksums of packets sent on this link to hardware that a veth does not have.
     * A peer that takes raw frames (AF_PACKET, as the userspace datapath of Open vSwitch does) then sees wrong checksums.
     */
    public boolean transmitChecksumOffload(String link) throws HostException {
        return ethtool(link, ETHTOOL_GET_TRANSMIT_CHECKSUM, 0) != 0;
    }

    /** Turns {@link #transmitChecksumOffload(String)} on or off, as {@code ethtool -K LINK tx on|off}. */
    public void transmitChecksumOffload(String link, boolean enabled) throws HostException {
        ethtool(link, ETHTOOL_SET_TRANSMIT_CHECKSUM, enabled ? 1 : 0);
    }

    private static int ethtool(String link, int command, int data) throws HostException {
        Link.requireName(link);
        int socket = LibC.socket(LibC.AF_INET, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw new HostException("open a socket for ethtool", LibC.errno(), "");
        }
        try (Memory request = new Memory(INTERFACE_REQUEST_LENGTH);
                Memory value = new Memory(8)) {
            value.setInt(0, command);
            value.setInt(4, data);
            request.clear();
            byte[] name = link.getBytes(StandardCharsets.UTF_8);
            request.write(0, name, 0, name.length);
            request.setPointer(NAME_LENGTH, value);
            if (LibC.ioctl(socket, SIOCETHTOOL, request) != 0) {
                throw new HostException("change the checksum offload of link " + link, LibC.errno(), "");
            }
            return value.getInt(4);
        } finally {
            LibC.close(socket);
        }
    }

    @Override
    public void close() {
        if (routes != null) {
            routes.close();
        }
    }
}
