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

    /// <summary>What errors call it.</summary>
    internal string Name => _name!;

    /// <summary>The object.</summary>
    internal object Value => _value!;

    /// <summary>Whether there is an object.</summary>
    /// <exception cref="ArgumentNullException">A required object is null.</exception>
    /// <exception cref="ArgumentException">It is the record of another operation, or one of an answer.</exception>
    internal bool IsThere()
    {
        if (_value is not { } value)
        {
            return _required ? throw new ArgumentNullException(_name) : false;
        }

        if (_record is not null && value.GetType() != _record && value.GetType().Namespace == typeof(Types.Meta).Namespace)
        {
            var (type, takes) = (value.GetType().Name, value is IOfOneCall ? "which another operation takes" : "which no operation takes alone");
            throw new ArgumentException($"{_name} is a {type}, {takes}: give a {_record.Name}, or any object with its fields", _name);
        }

        return true;
    }
}
