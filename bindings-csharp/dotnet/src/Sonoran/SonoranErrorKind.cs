namespace Sonoran;

/// <summary>What a failure is about: the values of <see cref="SonoranFailure.kind"/>, the same in every language of the SDK.</summary>
public static class SonoranErrorKind
{
    /// <summary>The service refused the request or failed at it.</summary>
    public const string api = "api";

    /// <summary>The key is wrong or may not do this (401, 403).</summary>
    public const string auth = "auth";

    /// <summary>What the request names is not there (404).</summary>
    public const string notFound = "notFound";

    /// <summary>No slot of the rate limit in time, or the service said 429.</summary>
    public const string rateLimited = "rateLimited";

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
    public const string @internal = "internal";
}
