package org.karst.shell.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.apache.karaf.shell.api.console.SignalListener;
import org.apache.karaf.shell.api.console.Terminal;
import org.apache.karaf.shell.support.terminal.SignalSupport;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;

/** The client's terminal as the shell sees it: keys come from the socket, line editing happens here. */
final class SocketTerminal extends ExternalTerminal implements Terminal {

    private final SignalSupport listeners = new SignalSupport();

    SocketTerminal(Request request, InputStream input, OutputStream output) throws IOException {
        super("karst", request.terminal(), input, output, StandardCharsets.UTF_8);
        setSize(new Size(request.columns(), request.rows()));
    }

    @Override
    public void raise(Signal signal) {
        super.raise(signal);
        // The two enums use the same names, and the shell's knows more of them.
        if (signal != Signal.INFO) {
            listeners.signal(org.apache.karaf.shell.api.console.Signal.valueOf(signal.name()));
        }
    }

    @Override
    public int getWidth() {
        return getSize().getColumns();
    }

    @Override
    public int getHeight() {
        return getSize().getRows();
    }

    @Override
    public boolean isAnsiSupported() {
        return true;
    }

    @Override
    public boolean isEchoEnabled() {
        return echo();
    }

    @Override
    public void setEchoEnabled(boolean enabled) {
        echo(enabled);
    }

    @Override
    public void addSignalListener(SignalListener listener, org.apache.karaf.shell.api.console.Signal... signals) {
        listeners.addSignalListener(listener, signals);
    }

    @Override
    public void addSignalListener(SignalListener listener, EnumSet<org.apache.karaf.shell.api.console.Signal> signals) {
        listeners.addSignalListener(listener, signals);
    }

    @Override
    public void addSignalListener(SignalListener listener) {
        listeners.addSignalListener(listener);
    }

    @Override
    public void removeSignalListener(SignalListener listener) {
        listeners.removeSignalListener(listener);
    }
}
