using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Sonoran.Native;

namespace Sonoran;

/// <summary>Tells a program of its calls that wait, for as long as it asks to hear of them.</summary>
internal static class WaitListener
{
    /// <summary>Ends with the token, or when the native library fails.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits for this task: no exception has anywhere to go.")]
    internal static async Task Run(ClientHandle native, Action<SonoranWaiting> onWait, CancellationToken end)
    {
        try
        {
            while (true)
            {
                Tell(onWait, await PendingWait.Next(native, end).ConfigureAwait(false));
            }
        }
        catch (Exception)
        {
            // The client was disposed, or there is nothing more to hear.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "What the program's own hook throws must not end the telling.")]
    private static void Tell(Action<SonoranWaiting> onWait, SonoranWaiting waiting)
    {
        try
        {
            onWait(waiting);
        }
        catch (Exception)
        {
            // As documented.
        }
    }
}
