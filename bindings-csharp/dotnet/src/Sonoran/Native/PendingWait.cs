using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Sonoran.Native;

/// <summary>What ends with the next call that waits for its rate limit.</summary>
internal sealed class PendingWait : PendingCall
{
    private readonly TaskCompletionSource<SonoranWaiting> _result = new();
    private readonly ClientHandle _client;

    private PendingWait(ClientHandle client) => _client = client;

    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal static Task<SonoranWaiting> Next(ClientHandle client, CancellationToken cancellationToken)
    {
        var wait = new PendingWait(client);
        wait.Begin(cancellationToken);
        return wait._result.Task;
    }

    protected override ulong Begin(ulong knownBy) => _client.NextWait(knownBy);

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong belongs to the task.")]
    protected override void End(ref RustCallStatus status, ref RustBuffer result, ref RustBuffer data)
    {
        SonoranWaiting waiting;
        try
        {
            status.ThrowIfFailed();
            waiting = new SonoranWaiting(result.Bytes);
        }
        catch (Exception exception)
        {
            _result.SetException(exception);
            return;
        }
        finally
        {
            result.Free();
        }

        _result.SetResult(waiting);
    }
}
