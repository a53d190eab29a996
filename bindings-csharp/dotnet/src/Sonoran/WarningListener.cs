using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Sonoran;

/// <summary>Tells a program of what its client warns of, for as long as it is used.</summary>
/// <remarks>
/// Warnings come on any thread, which must not run a program's code: it may be one of Rust's, or hold what the program waits
/// for. They are told on the pool, but those that come while the client is made by whoever makes it.
/// </remarks>
internal sealed class WarningListener
{
    private static readonly ConcurrentDictionary<ulong, WarningListener> Listening = new();
    private static long _last;

    private readonly ConcurrentQueue<SonoranWarning> _heard = new();
    private readonly object _telling = new();
    private readonly Action<SonoranWarning> _onWarning;

    private WarningListener(Action<SonoranWarning> onWarning)
    {
        _onWarning = onWarning;
        Number = unchecked((ulong)Interlocked.Increment(ref _last));
        Listening[Number] = this;
    }

    /// <summary>The listener's number in this process, never 0.</summary>
    internal ulong Number { get; }

    internal static WarningListener? Begin(Action<SonoranWarning>? onWarning) => onWarning is null ? null : new WarningListener(onWarning);

    /// <summary>Takes a warning from the native library.</summary>
    internal static void Hear(ulong number, ReadOnlySpan<byte> written)
    {
        if (Listening.TryGetValue(number, out var listener))
        {
            listener._heard.Enqueue(new SonoranWarning(written));
            ThreadPool.UnsafeQueueUserWorkItem(static listener => ((WarningListener)listener!).Tell(), listener);
        }
    }

    /// <summary>Tells what was heard so far.</summary>
    internal void Tell()
    {
        lock (_telling)
        {
            while (_heard.TryDequeue(out var warning))
            {
                Tell(warning);
            }
        }
    }

    /// <summary>Hears no more.</summary>
    internal void End() => Listening.TryRemove(Number, out _);

    [SuppressMessage("Design", "CA1031", Justification = "What the program's own hook throws must not end the telling.")]
    private void Tell(SonoranWarning warning)
    {
        try
        {
            _onWarning(warning);
        }
        catch (Exception)
        {
            // As documented.
        }
    }
}
