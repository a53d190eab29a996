using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sonoran.Json;

namespace Sonoran;

/// <summary>The answer to a call, with its data as a type.</summary>
/// <typeparam name="T">The type of the data as it is documented.</typeparam>
/// <remarks>After <c>if (response.success)</c> the compiler knows that there is a <see cref="value"/>, and after its opposite that there is a reason.</remarks>
public sealed class SonoranResponse<T> : SonoranResponse
{
    private readonly Taker<T> _read;
    private Told? _told;

    internal SonoranResponse(Envelope envelope, Taker<T> read)
        : base(envelope) => _read = read;

    /// <summary>One that a fake answers.</summary>
    internal SonoranResponse(Envelope envelope, T value)
        : this(envelope, static (JsonElement _, ref T _) => false) => _told = new Told(value, fits: true, isMade: true);

    /// <inheritdoc cref="SonoranResponse.success"/>
    [MemberNotNullWhen(true, nameof(value), nameof(Value))]
    [MemberNotNullWhen(false, nameof(reason), nameof(error), nameof(Reason), nameof(Error))]
    public new bool success => base.success;

    /// <summary>What the service answered, as JSON; null after a 204 or a failure.</summary>
    public new JsonElement? data => base.data;

    /// <inheritdoc cref="SonoranResponse.reason"/>
    public new string? reason => base.reason;

    /// <inheritdoc cref="SonoranResponse.error"/>
    public new SonoranFailure? error => base.error;

    /// <summary>
    /// The data as their documented type, read when they are asked for; the type's default after a failure. Fields that the type
    /// does not have, or that are of another form than documented, are in <c>Extra</c>. Data that do not fit at all are empty
    /// here: <see cref="data"/> has them, and <see cref="unwrap"/> says what is wrong.
    /// </summary>
    /// <exception cref="InvalidResponseError">The client has <see cref="SonoranClientOptions.throwErrors"/>, and <see cref="unwrap"/> would throw.</exception>
    [JsonIgnore]
    public T? value => !success ? default : Throws ? unwrap() : Read().Value;

    /// <summary>The data of a success as their documented type; throws on a failure.</summary>
    /// <returns><see cref="value"/>, which is not null.</returns>
    /// <exception cref="SonoranError">The call failed; the subclass tells of what kind.</exception>
    /// <exception cref="InvalidResponseError">The service sent something else than is documented, so that the value, or a field that it
    /// always has, would be empty, or items of a list missing, at any depth; the message names the field or item. What was asked for was
    /// done, and <see cref="data"/> has the answer.</exception>
    public new T unwrap()
    {
        ThrowIfFailed();
        var told = Read();
        var problem = told.IsMade ? null : Unfit.Words(told.Value, data, told.Fits, _read);
        return problem is null ? told.Value : throw new InvalidResponseError(this, $"the answer {problem}", new JsonException());
    }

    /// <inheritdoc cref="success"/>
    [JsonIgnore]
    [IgnoreDataMember]
    [MemberNotNullWhen(true, nameof(value), nameof(Value))]
    [MemberNotNullWhen(false, nameof(reason), nameof(error), nameof(Reason), nameof(Error))]
    public bool Success => success;

    /// <inheritdoc cref="data"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public JsonElement? Data => data;

    /// <inheritdoc cref="value"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public T? Value => value;

    /// <inheritdoc cref="reason"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? Reason => reason;

    /// <inheritdoc cref="SonoranResponse.status"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public int? Status => status;

    /// <inheritdoc cref="SonoranResponse.meta"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public JsonElement? Meta => meta;

    /// <inheritdoc cref="SonoranResponse.requestId"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? RequestId => requestId;

    /// <inheritdoc cref="SonoranResponse.attempts"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public int Attempts => attempts;

    /// <inheritdoc cref="SonoranResponse.waited"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public TimeSpan Waited => waited;

    /// <inheritdoc cref="error"/>
    [JsonIgnore]
    [IgnoreDataMember]
    public SonoranFailure? Error => error;

    /// <inheritdoc cref="unwrap"/>
    public T Unwrap() => unwrap();

    // Two threads may read it twice, and get the same.
    private Told Read()
    {
        if (_told is not { } told)
        {
            var read = Take.Whole(_read, data, out var fits);
            _told = told = new Told(read, fits, isMade: false);
        }

        return told;
    }

    private sealed class Told
    {
        internal Told(T read, bool fits, bool isMade)
        {
            Value = read;
            Fits = fits;
            IsMade = isMade;
        }

        internal T Value { get; }

        internal bool Fits { get; }

        internal bool IsMade { get; }
    }
}
