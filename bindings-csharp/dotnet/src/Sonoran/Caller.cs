using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sonoran.Json;
using Sonoran.Native;

namespace Sonoran;

/// <summary>What every generated method ends in: one call, from arguments to response.</summary>
internal sealed class Caller
{
    private readonly ClientHandle _native;
    private readonly Observer _observer;
    private readonly bool _throwErrors;

    internal Caller(Observer observer, bool throwErrors)
    {
        _native = observer.Native;
        _observer = observer;
        _throwErrors = throwErrors;
    }

    /// <param name="operation">The method's name.</param>
    /// <param name="arguments">Its positional arguments.</param>
    /// <param name="payload">Its payload or query object, if it has one.</param>
    /// <param name="read">Reads the data of its answer.</param>
    /// <param name="options">What is different for this call.</param>
    /// <param name="cancellationToken">Ends the call, and its request with it.</param>
    internal async Task<SonoranResponse<T>> Call<T>(
        string operation, Argument[] arguments, Payload payload, Taker<T> read, SonoranCallOptions? options, CancellationToken cancellationToken)
    {
        if (_native.IsClosed)
        {
            throw new ObjectDisposedException(nameof(SonoranClient));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var envelope = await Execute(operation, arguments, payload, options, cancellationToken).ConfigureAwait(false);
        envelope.Operation = operation;
        var response = new SonoranResponse<T>(envelope, read);
        if (_throwErrors)
        {
            response.ThrowIfFailed();
        }

        return response;
    }

    private async Task<Envelope> Execute(
        string operation, Argument[] arguments, Payload payload, SonoranCallOptions? options, CancellationToken cancellationToken)
    {
        var observation = Observation.Begin(_observer, operation);
        try
        {
            var envelope = await Execute(observation, operation, arguments, payload, options, cancellationToken).ConfigureAwait(false);
            observation?.End(envelope);
            return envelope;
        }
        catch (Exception exception) when (observation is not null)
        {
            observation.End(exception);
            throw;
        }
    }

    private async Task<Envelope> Execute(
        Observation? observation, string operation, Argument[] arguments, Payload payload, SonoranCallOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            var future = _native.Execute(
                Encoding.UTF8.GetBytes(operation),
                Argument.Write(arguments),
                payload.Write(),
                OptionsWriter.Write(options),
                observation?.Call ?? 0);
            return EnvelopeReader.Read(await PendingCall.Run(future, cancellationToken).ConfigureAwait(false));
        }
        catch (NativeFaultException fault)
        {
            return Envelope.Fault(operation, fault.Message);
        }
    }
}
