using System;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sonoran.Json;

namespace Sonoran;

/// <summary>The answer to a call. Whatever the service or the network did is told here, not thrown.</summary>
public partial class SonoranResponse
{
    private readonly Envelope _envelope;

    internal SonoranResponse(Envelope envelope) => _envelope = envelope;

    /// <summary>True for a 2xx answer whose envelope does not say otherwise.</summary>
    [MemberNotNullWhen(false, nameof(reason), nameof(error))]
    public bool success => _envelope.Success;

    /// <summary>What the service answered; null after a 204 or a failure.</summary>
    public JsonElement? data => _envelope.Data;

    /// <summary>On failure a plain sentence that says why, else null.</summary>
    public string? reason => _envelope.Reason;

    /// <summary>The HTTP status, or null when no answer came.</summary>
    public int? status => _envelope.Status;

    /// <summary>What the service says about its answer, such as when it was made.</summary>
    public JsonElement? meta => _envelope.Meta;

    /// <summary>The service's id of the request, where it sent one.</summary>
    public string? requestId => _envelope.RequestId;

    /// <summary>How many requests were sent.</summary>
    public int attempts => _envelope.Attempts;

    /// <summary>How long the call waited for slots of its rate limit.</summary>
    public TimeSpan waited => _envelope.Waited;

    /// <summary>On failure its particulars, else null.</summary>
    public SonoranFailure? error => _envelope.Error;

    /// <summary>The data of a success; throws on a failure.</summary>
    /// <returns><see cref="data"/>.</returns>
    /// <exception cref="SonoranError">The call failed; the subclass tells of what kind.</exception>
    public JsonElement? unwrap()
    {
        ThrowIfFailed();
        return data;
    }

    /// <summary>The data as a type of your own, read by System.Text.Json. Properties have their names whatever the case.</summary>
    /// <remarks>
    /// What has one obvious meaning is taken, such as a number in quotes or a time without a zone, which is UTC. Else, and other than
    /// in <c>value</c>, a field that does not fit is an error.
    /// </remarks>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The value, or the type's default where there is no data.</returns>
    /// <exception cref="InvalidResponseError">The data does not fit the type; the message names the field.</exception>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    public T? As<T>() => ReadAs(Documented.ReadAny<T>);

    /// <summary>The data as a type of your own, for programs that are trimmed or compiled ahead, read as your context says: names
    /// have their case unless it has <c>PropertyNameCaseInsensitive</c> or a naming policy.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <param name="typeInfo">How to read it, from your own <c>JsonSerializerContext</c>.</param>
    /// <returns>The value, or the type's default where there is no data.</returns>
    /// <exception cref="InvalidResponseError">The data does not fit the type.</exception>
    public T? As<T>(JsonTypeInfo<T> typeInfo) => ReadAs(element => element.Deserialize(typeInfo));

    /// <summary>The operation, success or the reason, with status and request id.</summary>
    public override string ToString() =>
        $"{Operation}: {(success ? "success" : error?.kind)} ({(object?)status ?? "no answer"}{SonoranFailure.Told("request", requestId)})"
        + (success ? "" : $": {reason}");

    /// <summary>What is told where the data of a success do not fit a type.</summary>
    internal SonoranFailure Misread() => new()
    {
        kind = SonoranErrorKind.invalidResponse,
        operation = Operation,
        attempts = attempts,
        requestId = requestId,
    };

    /// <summary>The method's name; empty where a fake answered.</summary>
    internal string Operation => _envelope.Operation;

    /// <summary>Whether the client throws where an answer is not as it should be.</summary>
    internal bool Throws => _envelope.Throws;

    internal void ThrowIfFailed()
    {
        if (!success)
        {
            throw SonoranError.Of(this);
        }
    }

    private T? ReadAs<T>(Func<JsonElement, T?> read)
    {
        if (data is not { } element)
        {
            return default;
        }

        try
        {
            return read(element);
        }
        catch (JsonException exception)
        {
            var field = exception.Path?.TrimStart('$', '.') is { Length: > 0 } path ? $" for its {path}" : "";
            throw new InvalidResponseError(this, $"the answer is no {typeof(T).Name}{field}: {Unconverted.Words(element, exception)}", exception);
        }
    }
}
