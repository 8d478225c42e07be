// The pages of notices have styles of their own; what keeps their number is on every page (parts/notices.js).
import "./styles/notices.css";
