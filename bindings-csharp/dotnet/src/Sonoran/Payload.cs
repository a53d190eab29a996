using System;
using Sonoran.Json;

namespace Sonoran;

/// <summary>The payload or query object of a call.</summary>
internal readonly struct Payload
{
    private readonly string? _name;
    private readonly object? _value;
    private readonly bool _required;
    private readonly Type? _record;

    private Payload(string name, object? value, bool required, Type? record)
    {
        _name = name;
        _value = value;
        _required = required;
        _record = record;
    }

    /// <summary>For an operation that takes none, or where it is left out.</summary>
    internal static Payload None => default;

    /// <param name="name">What errors call it.</param>
    /// <param name="value">The object.</param>
    /// <param name="record">The record that the operation takes.</param>
    internal static Payload Required(string name, object? value, Type? record = null) => new(name, value, required: true, record);

    /// <inheritdoc cref="Required"/>
    internal static Payload Optional(string name, object? value, Type? record = null) => new(name, value, required: false, record);

    /// <summary>The object as JSON, or null where there is none.</summary>
    /// <exception cref="ArgumentNullException">A required object is null.</exception>
    /// <exception cref="ArgumentException">The object cannot be made JSON; the exception names the part that cannot.</exception>
    internal byte[]? Write()
    {
        if (_value is not { } value)
        {
            return _required ? throw new ArgumentNullException(_name) : null;
        }

        if (_record is not null && value is IOfOneCall && value.GetType() != _record)
        {
            throw new ArgumentException(
                $"{_name} is a {value.GetType().Name}, which another operation takes: give a {_record.Name}, or any object with its fields", _name);
        }

        return JsonText.Write(_name!, writer => Documented.Write(writer, value));
    }
}
