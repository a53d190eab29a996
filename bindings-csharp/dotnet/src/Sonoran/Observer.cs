using System;
using System.Collections.Concurrent;
using System.Threading;
using Sonoran.Native;

namespace Sonoran;

/// <summary>What is known of who follows the calls of a client.</summary>
internal sealed class Observer
{
    internal Observer(ClientHandle native, SonoranClientOptions options)
    {
        Native = native;
        OnAttempt = options.onAttempt;
        Community = options.cmsCommunityId ?? options.communityId ?? "";
#if NET8_0_OR_GREATER
        Telemetry.Add(this);
#endif
    }

    internal ClientHandle Native { get; }

    internal Action<SonoranAttempt>? OnAttempt { get; }

    internal string Community { get; }

    /// <summary>The operations that were called while somebody measured.</summary>
    internal ConcurrentDictionary<string, bool> Called { get; } = new(StringComparer.Ordinal);
}
