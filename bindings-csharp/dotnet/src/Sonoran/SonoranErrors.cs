using System;

namespace Sonoran;


/// <summary>The service refused the request.</summary>
public sealed class ApiError : SonoranError
{
    internal ApiError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>The key is wrong or may not do this.</summary>
public sealed class AuthError : SonoranError
{
    internal AuthError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>What the request names is not there.</summary>
public sealed class NotFoundError : SonoranError
{
    internal NotFoundError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>No slot of the rate limit was free in time, or the service said so.</summary>
public sealed class RateLimitedError : SonoranError
{
    internal RateLimitedError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>The service is down: try later.</summary>
public sealed class UnavailableError : SonoranError
{
    internal UnavailableError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>A firewall before the service refuses this machine's requests.</summary>
public sealed class BlockedError : SonoranError
{
    internal BlockedError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>No answer came in time.</summary>
public sealed class TimeoutError : SonoranError
{
    internal TimeoutError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>No connection could be made, or it broke.</summary>
public sealed class ConnectError : SonoranError
{
    internal ConnectError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>The host name could not be resolved.</summary>
public sealed class DnsError : SonoranError
{
    internal DnsError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>No secure connection could be made.</summary>
public sealed class TlsError : SonoranError
{
    internal TlsError(SonoranResponse response)
        : base(response)
    {
    }
}

/// <summary>The answer is not one of this API.</summary>
public sealed class InvalidResponseError : SonoranError
{
    internal InvalidResponseError(SonoranResponse response)
        : base(response)
    {
    }

    internal InvalidResponseError(SonoranResponse response, string reason, Exception cause)
        : base(response, reason, response.Misread(), cause)
    {
    }
}

/// <summary>A fault of this package.</summary>
public sealed class InternalError : SonoranError
{
    internal InternalError(SonoranResponse response)
        : base(response)
    {
    }

    internal InternalError(string reason, Exception cause)
        : base(null, reason, new SonoranFailure { kind = SonoranErrorKind.Internal }, cause)
    {
    }
}
