using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Sonoran.Native;

/// <summary>Calls whose end was heard, until a thread of the pool has gone on with them.</summary>
/// <remarks>
/// One thread takes as many as it finds, so that few are woken. A call's awaiter may block that thread, for another call even,
/// and so another one is asked for as long as there is more.
/// </remarks>
internal sealed class Ends
#if NET8_0_OR_GREATER
    : IThreadPoolWorkItem
#endif
{
    /// <summary>So many milliseconds a thread goes on before it lets the pool's other work have its turn.</summary>
    private const int Longest = 15;

#if NET8_0_OR_GREATER
    private static readonly Ends Taker = new();
#endif
    private static readonly ConcurrentQueue<PendingCall> Waiting = new();
    // Whether a thread is asked for that has not come yet.
    private static int _asked;

    /// <summary>Adds one; <see cref="Take"/> has to follow.</summary>
    internal static void Add(PendingCall call) => Waiting.Enqueue(call);

    /// <summary>Has a thread of the pool go on with what waits.</summary>
    internal static void Take()
    {
        if (!Waiting.IsEmpty && Interlocked.Exchange(ref _asked, 1) == 0)
        {
#if NET8_0_OR_GREATER
            ThreadPool.UnsafeQueueUserWorkItem(Taker, preferLocal: false);
#else
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Execute(), null);
#endif
        }
    }

#if NET8_0_OR_GREATER
    void IThreadPoolWorkItem.Execute() => Execute();
#endif

    private static void Execute()
    {
        Interlocked.Exchange(ref _asked, 0);
        if (!Waiting.TryDequeue(out var call))
        {
            return;
        }

        // Each thread asks for the next one before it begins; whoever adds to what waits asks too.
        Take();
        var start = Environment.TickCount;
        do
        {
            call.Finish();
            if (unchecked(Environment.TickCount - start) >= Longest)
            {
                Take();
                return;
            }
        }
        while (Waiting.TryDequeue(out call));
    }
}
