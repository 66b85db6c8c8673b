package org.karst.apiserver.internal.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.karst.apiserver.Caller;
import org.karst.apiserver.Role;

/** Who may ask: holders of the token in the data directory. */
public final class Credentials {
    private static final Caller ADMIN = new Caller("karst:admin", List.of(Role.ADMIN.group(), Caller.AUTHENTICATED));
    private static final String SCHEME = "Bearer ";
    private static final int TOKEN_BYTES = 32;

    private final String token;

    private Credentials(String token) {
        this.token = token;
    }

    /** Reads the token, or makes one. */
    public static Credentials load(Path directory) throws IOException {
        Path file = directory.resolve("token");
        if (Files.exists(file)) {
            String token = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (token.length() < TOKEN_BYTES) {
                throw new IOException(file + " does not hold a token; remove it to have a new one made");
            }
            return new Credentials(token);
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        PrivateFiles.write(file, (token + '\n').getBytes(StandardCharsets.UTF_8), Optional.empty());
        return new Credentials(token);
    }

    String token() {
        return token;
    }

    /** Who shows an {@code Authorization} field; empty if it is not ours. */
    Optional<Caller> caller(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        byte[] given = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        boolean equal = MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), given);
        return equal ? Optional.of(ADMIN) : Optional.empty();
    }
}
