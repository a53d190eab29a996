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
    private volatile Session _session;

    internal Caller(Session session) => _session = session;

    /// <summary>What the next calls are made with.</summary>
    internal Session Session
    {
        get => _session;
        set => _session = value;
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
        // One alone for the whole call, whatever becomes of the client's options.
        var session = _session;
        if (session.Native.IsClosed)
        {
            throw new ObjectDisposedException(nameof(SonoranClient));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var envelope = await Execute(session, operation, arguments, payload, options, cancellationToken).ConfigureAwait(false);
        envelope.Operation = operation;
        var response = new SonoranResponse<T>(envelope, read);
        if (session.ThrowErrors)
        {
            response.ThrowIfFailed();
        }

        return response;
    }

    private static Task<Envelope> Execute(
        Session session, string operation, Argument[] arguments, Payload payload, SonoranCallOptions? options, CancellationToken cancellationToken)
    {
        var observation = Observation.Begin(session, operation);
        return observation is null
            ? Execute(session, null, operation, arguments, payload, options, cancellationToken)
            : Follow(session, observation, operation, arguments, payload, options, cancellationToken);
    }

    private static async Task<Envelope> Follow(
        Session session,
        Observation observation,
        string operation,
        Argument[] arguments,
        Payload payload,
        SonoranCallOptions? options,
        CancellationToken cancellationToken)
    {
        try
        {
            var envelope = await Execute(session, observation, operation, arguments, payload, options, cancellationToken).ConfigureAwait(false);
            observation.End(envelope);
            return envelope;
        }
        catch (Exception exception)
        {
            observation.End(exception);
            throw;
        }
    }

    private static async Task<Envelope> Execute(
        Session session,
        Observation? observation,
        string operation,
        Argument[] arguments,
        Payload payload,
        SonoranCallOptions? options,
        CancellationToken cancellationToken)
    {
        try
        {
            var future = session.Native.Execute(
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
