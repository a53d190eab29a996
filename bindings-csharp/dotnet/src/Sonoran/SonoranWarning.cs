using System;
using Sonoran.Native;

namespace Sonoran;

/// <summary>What a program should know that no response tells; see <see cref="SonoranClientOptions.onWarning"/>.</summary>
public sealed record SonoranWarning
{
    internal SonoranWarning(ReadOnlySpan<byte> written)
    {
        var reader = new RustReader(written);
        Kind = reader.ReadText();
        Message = reader.ReadText();
    }

    /// <summary>
    /// What it is about: <c>limitsNotShared</c>, rate limits can't be shared from now on; <c>limitsSharedAgain</c>, that is
    /// over; <c>limitsAtRisk</c>, they may be overrun by how they are counted; <c>plainHttp</c>, the key crosses a network
    /// for all to read. Later versions may have more.
    /// </summary>
    public string Kind { get; }

    /// <summary>The same as a plain sentence, without key and password.</summary>
    public string Message { get; }
}
