using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Sonoran.Json;

namespace Sonoran.Native;

/// <summary>A call under way, whose end is a response.</summary>
internal sealed class PendingResponse<T> : PendingCall
{
    // Where the call ends, on the thread pool, its awaiter goes on at once.
    private readonly TaskCompletionSource<SonoranResponse<T>> _result = new();
    private readonly Session _session;
    private readonly string _operation;
    private readonly Taker<T> _read;
    private readonly CancellationToken _cancellationToken;
    private CallText? _text;
    private ulong _followed;

    private PendingResponse(Session session, string operation, Taker<T> read, CancellationToken cancellationToken)
    {
        // Held for as long as the call is under way, which the client knows by it.
        _session = session;
        _operation = operation;
        _read = read;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Runs a call.</summary>
    /// <param name="session">What it is made with.</param>
    /// <param name="operation">The method's name.</param>
    /// <param name="text">What is sent, until this returns.</param>
    /// <param name="read">Reads the data of its answer.</param>
    /// <param name="followed">The number of who follows it, or 0.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">It cannot be sent as it is.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal static Task<SonoranResponse<T>> Run(
        Session session, string operation, CallText text, Taker<T> read, ulong followed, CancellationToken cancellationToken)
    {
        var call = new PendingResponse<T>(session, operation, read, cancellationToken) { _text = text, _followed = followed };
        try
        {
            call.Begin(cancellationToken);
        }
        catch (NativeFaultException fault)
        {
            call.Settle(call.Failed(fault));
        }

        return call._result.Task;
    }

    protected override ulong Begin(ulong knownBy)
    {
        var underWay = _session.Native.Begin(_text!, _followed, knownBy);
        _text = null;
        return underWay;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong belongs to the task.")]
    protected override void End(ref RustCallStatus status, ref RustBuffer result, ref RustBuffer data)
    {
        SonoranResponse<T> response;
        try
        {
            status.ThrowIfFailed();
            response = Of(AnswerReader.Read(result.Bytes, data.Bytes));
        }
        catch (OperationCanceledException)
        {
            _result.TrySetCanceled(_cancellationToken);
            return;
        }
        catch (NativeFaultException fault)
        {
            response = Failed(fault);
        }
        catch (Exception exception)
        {
            _result.SetException(exception);
            return;
        }
        finally
        {
            result.Free();
            data.Free();
        }

        Settle(response);
    }

    private void Settle(SonoranResponse<T> response)
    {
        // Who follows the call wants the response first, and throws then.
        if (_session.ThrowErrors && !response.success && _followed == 0)
        {
            _result.SetException(SonoranError.Of(response));
        }
        else
        {
            _result.SetResult(response);
        }
    }

    private SonoranResponse<T> Failed(NativeFaultException fault) => Of(Envelope.Fault(_operation, fault.Message));

    private SonoranResponse<T> Of(Envelope envelope)
    {
        envelope.Operation = _operation;
        envelope.Throws = _session.ThrowErrors;
        return new SonoranResponse<T>(envelope, _read);
    }
}
