namespace Sonoran;

/// <summary>What a failure is about: the values of <see cref="SonoranFailure.kind"/>, the same in every language of the SDK.</summary>
/// <remarks>Each under its own name and under that of .NET; a word of C# under the latter alone.</remarks>
public static class SonoranErrorKind
{
    /// <summary>The service refused the request.</summary>
    public const string api = "api";

    /// <summary>The key is wrong or may not do this, says the service or its gateway (401, 403).</summary>
    public const string auth = "auth";

    /// <summary>What the request names is not there (404).</summary>
    public const string notFound = "notFound";

    /// <summary>No slot of the rate limit in time, or the service said 429.</summary>
    public const string rateLimited = "rateLimited";

    /// <summary>The service is down: try later (500, 502, 503, 504, 520 to 530).</summary>
    public const string unavailable = "unavailable";

    /// <summary>A firewall before the service refuses this machine's requests.</summary>
    public const string blocked = "blocked";

    /// <summary>No answer in time.</summary>
    public const string timeout = "timeout";

    /// <summary>No connection, or it broke.</summary>
    public const string connect = "connect";

    /// <summary>The host name could not be resolved.</summary>
    public const string dns = "dns";

    /// <summary>No secure connection: certificate or handshake.</summary>
    public const string tls = "tls";

    /// <summary>The answer is not one of this API.</summary>
    public const string invalidResponse = "invalidResponse";

    /// <summary>A fault of this package.</summary>
    public const string Internal = "internal";

    /// <inheritdoc cref="api"/>
    public const string Api = api;

    /// <inheritdoc cref="auth"/>
    public const string Auth = auth;

    /// <inheritdoc cref="notFound"/>
    public const string NotFound = notFound;

    /// <inheritdoc cref="rateLimited"/>
    public const string RateLimited = rateLimited;

    /// <inheritdoc cref="unavailable"/>
    public const string Unavailable = unavailable;

    /// <inheritdoc cref="blocked"/>
    public const string Blocked = blocked;

    /// <inheritdoc cref="timeout"/>
    public const string Timeout = timeout;

    /// <inheritdoc cref="connect"/>
    public const string Connect = connect;

    /// <inheritdoc cref="dns"/>
    public const string Dns = dns;

    /// <inheritdoc cref="tls"/>
    public const string Tls = tls;

    /// <inheritdoc cref="invalidResponse"/>
    public const string InvalidResponse = invalidResponse;
}
