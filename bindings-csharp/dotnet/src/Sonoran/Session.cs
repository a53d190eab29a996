using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using Sonoran.Json;
using Sonoran.Native;

namespace Sonoran;

/// <summary>What a client calls with from one set of options until the next.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a timer, there is nothing to dispose in the source of tokens.")]
internal sealed class Session
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lazy<string?> _foreign;
    private readonly WarningListener? _warned;

    private Session(ClientHandle native, SonoranClientOptions options, WarningListener? warned)
    {
        Native = native;
        _warned = warned;
        _foreign = new Lazy<string?>(native.Foreign);
        OnAttempt = options.onAttempt;
        ThrowErrors = options.throwErrors;
        IsLimited = options.rateLimit != SonoranRateLimit.Off;
        Window = options.rateWindow ?? TimeSpan.FromSeconds(60);
        Community = options.cmsCommunityId ?? options.communityId ?? "";
        if (options.onWait is { } onWait)
        {
            _ = WaitListener.Run(native, onWait, _end.Token);
        }

#if NET8_0_OR_GREATER
        Telemetry.Add(this);
#endif
    }

    internal ClientHandle Native { get; }

    /// <summary>Where calls leave this machine: the address of the API, a proxy, or the server of shared limits.</summary>
    internal string? Foreign => _foreign.Value;

    internal Action<SonoranAttempt>? OnAttempt { get; }

    internal bool ThrowErrors { get; }

    internal string Community { get; }

    /// <summary>Whether calls heed the rate limit.</summary>
    internal bool IsLimited { get; }

    /// <summary>For how long the service counts a call.</summary>
    internal TimeSpan Window { get; }

    /// <summary>The operations that were called while somebody measured.</summary>
    internal ConcurrentDictionary<string, bool> Called { get; } = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">An option is missing or wrong.</exception>
    internal static Session Begin(SonoranClientOptions options)
    {
        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        NativeLibraryCheck.Run();
        var json = OptionsWriter.Write(options);
        var warned = WarningListener.Begin(options.onWarning);
        Session? session = null;
        try
        {
            var native = ClientHandle.Create(json, ProcessEnvironment.Read(), options.onWait is not null, warned?.Number ?? 0);
            session = new Session(native, options, warned);
            warned?.Tell();
            return session;
        }
        catch (NativeFaultException fault)
        {
            throw new InternalError(fault.Message, fault);
        }
        finally
        {
            if (session is null)
            {
                warned?.End();
            }

            // The key is in it, and nobody else needs it any more.
            Array.Clear(json, 0, json.Length);
        }
    }

    /// <summary>Others take its place. The native client is freed with the last call that still has it.</summary>
    internal void Leave()
    {
        _warned?.End();
        _end.Cancel();
    }

    /// <summary>Takes no more calls, and ends those under way.</summary>
    internal void End()
    {
        Native.Stop();
        Native.Dispose();
        Leave();
    }
}
