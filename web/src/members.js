// Pages of members have styles of their own and no script.
import "./styles/members.css";
