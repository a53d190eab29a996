using System;
using System.Globalization;
using System.Text.Json;
using Sonoran.Json;

namespace Sonoran;

/// <summary>A positional argument of a call.</summary>
internal readonly struct Argument
{
    private readonly string _name;
    private readonly string? _text;
    private readonly string? _plain;
    private readonly bool _optional;

    /// <param name="name">What errors call it.</param>
    /// <param name="text">Its value as text.</param>
    /// <param name="plain">Its value as JSON, where it is no text.</param>
    /// <param name="optional">Whether it may be null.</param>
    private Argument(string name, string? text, string? plain, bool optional)
    {
        _name = name;
        _text = text;
        _plain = plain;
        _optional = optional;
    }

    /// <summary>No arguments at all.</summary>
    internal static Argument[] None => Array.Empty<Argument>();

    internal static Argument Required(string name, SonoranId value) => new(name, value.Text, null, optional: false);

    internal static Argument Required(string name, string? value) => new(name, value, null, optional: false);

    internal static Argument Required(string name, long value) => new(name, null, Json(value), optional: false);

    internal static Argument Required(string name, double value) => new(name, null, Json(name, value), optional: false);

    internal static Argument Required(string name, bool value) => new(name, null, Json(value), optional: false);

    /// <summary>An argument that may be null.</summary>
    internal static Argument Optional(string name, SonoranId? value) => new(name, value?.Text, null, optional: true);

    /// <inheritdoc cref="Optional(string, SonoranId?)"/>
    internal static Argument Optional(string name, string? value) => new(name, value, null, optional: true);

    /// <inheritdoc cref="Optional(string, SonoranId?)"/>
    internal static Argument Optional(string name, long? value) => new(name, null, Json(value), optional: true);

    /// <inheritdoc cref="Optional(string, SonoranId?)"/>
    internal static Argument Optional(string name, double? value) => new(name, null, Json(name, value), optional: true);

    /// <inheritdoc cref="Optional(string, SonoranId?)"/>
    internal static Argument Optional(string name, bool? value) => new(name, null, Json(value), optional: true);

    /// <summary>An argument that is left out.</summary>
    internal static Argument Missing(string name) => new(name, null, null, optional: true);

    /// <exception cref="ArgumentException">A required argument is null, or a text is not whole.</exception>
    internal static void Check(Argument[] arguments)
    {
        foreach (var argument in arguments)
        {
            argument.Check();
        }
    }

    /// <summary>Writes the arguments as a JSON array.</summary>
    internal static void Write(Utf8JsonWriter writer, Argument[] arguments)
    {
        writer.WriteStartArray();
        foreach (var argument in arguments)
        {
            argument.Write(writer);
        }

        writer.WriteEndArray();
    }

    private void Check()
    {
        if (_text is null && _plain is null && !_optional)
        {
            throw new ArgumentNullException(_name);
        }

        if (!Unicode.IsWhole(_text.AsSpan()))
        {
            throw new ArgumentException($"{_name} {Unicode.Half}", _name);
        }
    }

    private void Write(Utf8JsonWriter writer)
    {
        if (_text is not null)
        {
            writer.WriteStringValue(_text);
        }
        else if (_plain is not null)
        {
            writer.WriteRawValue(_plain);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static string? Json(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? Json(bool? value) => value is { } flag ? flag ? "true" : "false" : null;

    // What JSON has no form for is refused here, as what it is.
    private static string? Json(string name, double? value) => value is not { } number ? null
        : double.IsNaN(number) || double.IsInfinity(number)
            ? throw new ArgumentException($"{name} is {number.ToString(CultureInfo.InvariantCulture)}, which JSON has no number for", name)
        : number.ToString("R", CultureInfo.InvariantCulture);
}
