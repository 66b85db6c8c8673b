package org.karst.apiserver;

/**
 * What one client may ask of the server. Whoever asks for more is refused with a sentence; the others notice nothing.
 *
 * @param bodyBytes longest body of a request
 * @param perSecond requests of one user in a second, twice that in a burst; administrators, and Karst itself, are exempt
 * @param watches of one user at a time
 */
public record RequestLimits(int bodyBytes, int perSecond, int watches) {
    /** Bodies as long as with the real API server; more requests than a busy controller has. */
    public static final RequestLimits DEFAULT = new RequestLimits(3 * 1024 * 1024, 400, 2_000);

    public RequestLimits {
        if (bodyBytes < 1024) {
            throw new IllegalArgumentException(
                    "request limit of the API server must be at least 1024 bytes, not " + bodyBytes);
        }
        if (perSecond < 1 || watches < 1) {
            throw new IllegalArgumentException(
                    "a user of the API server must have at least one request in a second and one watch, not "
                            + perSecond + " and " + watches);
        }
    }
}
