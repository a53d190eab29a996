using System;

namespace Sonoran.Testing;

/// <summary>The expected requests did not come; the message tells which came nearest, and what differs in them.</summary>
public sealed class NotCalledException : Exception
{
    internal NotCalledException(string message)
        : base(message)
    {
    }
}
