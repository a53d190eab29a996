using System.Text.Json.Serialization;
using Sonoran.Json;

namespace Sonoran;

/// <summary>The answer to a call, with its data as a type.</summary>
/// <typeparam name="T">The type of the data as it is documented.</typeparam>
public sealed class SonoranResponse<T> : SonoranResponse
{
    internal SonoranResponse(Envelope envelope)
        : base(envelope)
    {
    }

    /// <summary>
    /// The data as its documented type, read when it is asked for; the type's default where there is no data.
    /// Fields that the type does not have stay with it.
    /// </summary>
    /// <exception cref="InvalidResponseError">The service sent something that does not fit the type; <see cref="SonoranResponse.data"/> has it.</exception>
    [JsonIgnore]
    public T? value => Read(Documented.Read<T>);

    /// <summary>The data of a success as its documented type; throws on a failure.</summary>
    /// <returns><see cref="value"/>.</returns>
    /// <exception cref="SonoranError">The call failed; the subclass tells of what kind.</exception>
    public new T? unwrap()
    {
        ThrowIfFailed();
        return value;
    }
}
