using System;
using Sonoran.Native;

namespace Sonoran;

/// <summary>A call that waits for a slot of its rate limit; see <see cref="SonoranClientOptions.onWait"/>.</summary>
public sealed record SonoranWaiting
{
    internal SonoranWaiting(ReadOnlySpan<byte> written)
    {
        var reader = new RustReader(written);
        Operation = reader.ReadText();
        Waited = reader.ReadTime();
        Expected = reader.ReadTime();
    }

    /// <summary>The method's name.</summary>
    public string Operation { get; }

    /// <summary>How long the call has waited for slots so far.</summary>
    public TimeSpan Waited { get; }

    /// <summary>How long it will still wait; where requests under way are yet to be answered, at least so long.</summary>
    public TimeSpan Expected { get; }
}
