//! The demo district: 汉阳区 as it might look after two busy months.

mod data;
