using System;
using System.Diagnostics.CodeAnalysis;
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
    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong belongs to the task.")]
    internal Task<SonoranResponse<T>> Call<T>(
        string operation, Argument[] arguments, Payload payload, Taker<T> read, SonoranCallOptions? options, CancellationToken cancellationToken)
    {
        // One alone for the whole call, whatever becomes of the client's options.
        var session = _session;
        if (session.Native.IsClosed)
        {
            return Task.FromException<SonoranResponse<T>>(new ObjectDisposedException(nameof(SonoranClient)));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<SonoranResponse<T>>(cancellationToken);
        }

        try
        {
            Guard.Check(session);
            return Observation.IsWanted(session)
                ? Follow(session, operation, arguments, payload, read, options, cancellationToken)
                : Begin(session, operation, arguments, payload, read, options, 0, cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<SonoranResponse<T>>(exception);
        }
    }

    // Asynchronous from its first line, so that the activity of the call is none of the caller's.
    private static async Task<SonoranResponse<T>> Follow<T>(
        Session session,
        string operation,
        Argument[] arguments,
        Payload payload,
        Taker<T> read,
        SonoranCallOptions? options,
        CancellationToken cancellationToken)
    {
        var observation = Observation.Begin(session, operation);
        try
        {
            var response = await Begin(session, operation, arguments, payload, read, options, observation?.Call ?? 0, cancellationToken).ConfigureAwait(false);
            observation?.End(response);
            observation = null;
            if (session.ThrowErrors)
            {
                response.ThrowIfFailed();
            }

            return response;
        }
        catch (Exception exception)
        {
            observation?.End(exception);
            throw;
        }
    }

    private static Task<SonoranResponse<T>> Begin<T>(
        Session session,
        string operation,
        Argument[] arguments,
        Payload payload,
        Taker<T> read,
        SonoranCallOptions? options,
        ulong followed,
        CancellationToken cancellationToken)
    {
        var text = CallText.Write(operation, arguments, payload, options);
        try
        {
            return PendingResponse<T>.Run(session, operation, text, read, followed, cancellationToken);
        }
        finally
        {
            text.Return();
        }
    }
}
