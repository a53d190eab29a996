using System;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;

namespace Sonoran.Json.Values;

/// <summary>Types whose members are not what the caller means to send, each with what to do instead.</summary>
internal sealed class RefusedTypes : Family
{
    private const string Awaited = "is a task: await it first";

    private const string Bytes = "is bytes, which JSON has no form for: give a text, such as Convert.ToBase64String makes";

    private static readonly (Type Type, string Words)[] All =
    [
        (typeof(SonoranCallOptions), "is call options: they have an argument of their own, options"),
        (typeof(CancellationToken), "is a CancellationToken: it has an argument of its own, cancellationToken; a walk is given it by WithCancellation(token) or ListAsync(token)"),
        (typeof(SonoranResponse), "is a response: give its data or value"),
        (typeof(ISonoranClient), "is a client, which is nothing to send"),
        (typeof(ICms), "is a client's operations, which are nothing to send"),
        (typeof(SonoranClientOptions), "is a client's options: those of a call have an argument of their own, options"),
        (typeof(Task), Awaited),
        (typeof(TimeSpan), "is a TimeSpan, which the API has no form for: give the number that the documentation asks for"),
        (typeof(ValueTask), Awaited),
        (typeof(ValueTask<>), Awaited),
        (typeof(Lazy<>), "is a Lazy, which holds what is meant: give its Value"),
        (typeof(KeyValuePair<,>), "is a KeyValuePair: give a Dictionary, or an object with names, such as new { name = value }"),
        (typeof(NameValueCollection), "is a NameValueCollection, of which only the names would be sent: give a Dictionary"),
        (typeof(byte[]), Bytes),
        (typeof(Memory<byte>), Bytes),
        (typeof(ReadOnlyMemory<byte>), Bytes),
        (typeof(ArraySegment<byte>), Bytes),
        (typeof(Stream), Bytes),
    ];

    public override bool CanConvert(Type typeToConvert) => Words(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => Make(typeof(Of<>), typeToConvert);

    private static string? Words(Type type) => IsTuple(type)
        ? "is a tuple, whose names are not there when the program runs: give an object with names, such as new { name = value }"
        : All.FirstOrDefault(refused => refused.Type.IsAssignableFrom(type) || refused.Type == Open(type)).Words;

    private static Type? Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : null;

    // By name: not every framework has ITuple.
    private static bool IsTuple(Type type) =>
        type.FullName is { } name && (name.StartsWith("System.ValueTuple", StringComparison.Ordinal) || name.StartsWith("System.Tuple`", StringComparison.Ordinal));

    private sealed class Of<T> : WritingConverter<T>
    {
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new RefusedValueException(Words(typeof(T))!);
    }
}
