using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
#if NET8_0_OR_GREATER
using Trace = Sonoran.CallTrace;
#endif

namespace Sonoran;

/// <summary>One call that somebody follows: by the hook, by traces or by metrics.</summary>
/// <remarks>
/// Attempts come on a thread of Rust's, which must not run .NET code for long. They are told on the pool, or by the
/// call's own end where that is first: when a call has returned, all was told of it.
/// </remarks>
internal sealed class Observation
{
    private static readonly ConcurrentDictionary<ulong, Observation> UnderWay = new();
    private static long _last;

    private readonly ConcurrentQueue<SonoranAttempt> _heard = new();
    private readonly object _telling = new();
    private readonly Action<SonoranAttempt>? _onAttempt;
#if NET8_0_OR_GREATER
    private readonly Trace? _trace;

    private Observation(Session session, Trace? trace)
    {
        _trace = trace;
#else
    private Observation(Session session)
    {
#endif
        _onAttempt = session.OnAttempt;
        Call = unchecked((ulong)Interlocked.Increment(ref _last));
        UnderWay[Call] = this;
    }

    /// <summary>The call's number in this process.</summary>
    internal ulong Call { get; }

    /// <summary>Whether anybody may want to follow a call.</summary>
    internal static bool IsWanted(Session session) =>
#if NET8_0_OR_GREATER
        Trace.IsWanted ||
#endif
        session.OnAttempt is not null;

    /// <summary>Begins to follow a call, where anybody wants to.</summary>
    internal static Observation? Begin(Session session, string operation)
    {
#if NET8_0_OR_GREATER
        var trace = Trace.Begin(session, operation);
        return trace is null && session.OnAttempt is null ? null : new Observation(session, trace);
#else
        return session.OnAttempt is null ? null : new Observation(session);
#endif
    }

    /// <summary>Takes an attempt from the native library.</summary>
    internal static void Hear(ulong call, ReadOnlySpan<byte> written)
    {
        // Of a call that has ended nobody wants to hear any more.
        if (UnderWay.TryGetValue(call, out var observation))
        {
            observation._heard.Enqueue(new SonoranAttempt(written));
            ThreadPool.UnsafeQueueUserWorkItem(static observation => ((Observation)observation!).Tell(), observation);
        }
    }

    /// <summary>The call has returned.</summary>
    internal void End(SonoranResponse answer)
    {
        Leave();
#if NET8_0_OR_GREATER
        _trace?.End(answer);
#endif
    }

    /// <summary>The call threw.</summary>
    internal void End(Exception exception)
    {
        Leave();
#if NET8_0_OR_GREATER
        _trace?.End(exception);
#endif
    }

    private void Leave()
    {
        UnderWay.TryRemove(Call, out _);
        Tell();
    }

    private void Tell()
    {
        lock (_telling)
        {
            while (_heard.TryDequeue(out var attempt))
            {
#if NET8_0_OR_GREATER
                _trace?.Tell(attempt);
#endif
                if (!attempt.IsCancelled)
                {
                    Tell(attempt);
                }
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "What the program's own hook throws must not end the call.")]
    private void Tell(SonoranAttempt attempt)
    {
        try
        {
            _onAttempt?.Invoke(attempt);
        }
        catch (Exception)
        {
            // As documented.
        }
    }
}
